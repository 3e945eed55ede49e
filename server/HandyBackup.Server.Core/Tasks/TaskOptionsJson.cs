using System.Text.Json;
using System.Text.Json.Serialization;

namespace HandyBackup.Server.Core;

/// <summary>Options of a source as JSON, before they are sealed.</summary>
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
internal sealed partial class TaskOptionsJson : JsonSerializerContext;
