using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>Serialises lists of condemned packs without reflection.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(CondemnedPacksRecord))]
internal sealed partial class CondemnedPacksJson : JsonSerializerContext;
