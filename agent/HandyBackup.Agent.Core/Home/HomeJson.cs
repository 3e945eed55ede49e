using System.Text.Json.Serialization;
using HandyBackup.Agent.Core.Conditions;

namespace HandyBackup.Agent.Core.Home;

/// <summary>How the files of the data folder are read and written. Generated when the agent is built: reflection would cost it memory and time at every start.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true,
    WriteIndented = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AgentSettings))]
[JsonSerializable(typeof(AgentHomeStatus))]
[JsonSerializable(typeof(WaitingBackups))]
internal sealed partial class HomeJson : JsonSerializerContext;
