using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>Serialises snapshots without reflection.</summary>
[JsonSerializable(typeof(SnapshotRecord))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
