using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>Serialises locks without reflection.</summary>
[JsonSerializable(typeof(LockRecord))]
internal sealed partial class LockJson : JsonSerializerContext;
