using System.Text.Json;

namespace HandyBackup.Module.Agents.Machines;

/// <summary>What <c>hb-agent status</c> says of the agent of a machine.</summary>
/// <param name="IsEnrolled">True if the machine is an agent of a server.</param>
/// <param name="State">How it stands with its server.</param>
/// <param name="Version">The version of the agent that runs; null if none said so.</param>
/// <param name="Server">Its server; null if none said so.</param>
internal sealed record AgentReport(bool IsEnrolled, AgentMachineState State, string? Version, string? Server)
{
    /// <summary>Reads it. What cannot be understood counts as an agent that has said nothing.</summary>
    public static AgentReport Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            JsonElement status = document.RootElement;
            bool isRunning = status.GetProperty("isRunning").GetBoolean();
            bool isEnrolled = status.GetProperty("isEnrolled").GetBoolean();
            return status.TryGetProperty("report", out JsonElement report) && report.ValueKind == JsonValueKind.Object
                ? new AgentReport(isEnrolled, isRunning ? StateOf(report) : AgentMachineState.NotRunning, Text(report, "version"), Text(report, "server"))
                : new AgentReport(isEnrolled, AgentMachineState.NotRunning, null, null);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new AgentReport(false, AgentMachineState.NotRunning, null, null);
        }
    }

    private static AgentMachineState StateOf(JsonElement report) => Text(report, "state") switch
    {
        "Connected" => AgentMachineState.Connected,
        "Connecting" => AgentMachineState.Connecting,
        _ => report.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.Object && Text(error, "code") == "AgentNotApproved"
            ? AgentMachineState.WaitsForApproval
            : AgentMachineState.Refused,
    };

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? PrintableText.CleanOrNull(value.GetString()) : null;
}
