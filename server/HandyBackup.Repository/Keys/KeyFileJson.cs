using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>Serialises key files without reflection.</summary>
[JsonSerializable(typeof(KeyFile))]
internal sealed partial class KeyFileJson : JsonSerializerContext;
