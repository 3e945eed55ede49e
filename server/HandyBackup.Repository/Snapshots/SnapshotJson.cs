using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>Serialises snapshots without reflection.</summary>
[JsonSerializable(typeof(SnapshotRecord))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
