using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>Serialises the trash without reflection.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true)]
[JsonSerializable(typeof(RemovedSnapshotRecord))]
internal sealed partial class RemovedSnapshotJson : JsonSerializerContext;
