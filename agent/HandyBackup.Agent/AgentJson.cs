using System.Text.Json;

namespace HandyBackup.Agent;

/// <summary>How the agent writes JSON for people and scripts.</summary>
internal static class AgentJson
{
    /// <summary>Indented.</summary>
    public static JsonSerializerOptions Readable { get; } = new() { WriteIndented = true };
}
