using System.Text.Json.Serialization;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Limits of runs as JSON, as the catalog keeps them.</summary>
[JsonSerializable(typeof(RunLimits))]
internal sealed partial class RunLimitJson : JsonSerializerContext;
