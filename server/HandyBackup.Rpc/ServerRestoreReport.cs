using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc;

/// <summary>
/// What <c>hb-server restore-server</c> says on its standard output, as one JSON object: what it restored, what it would restore, or why it did not.
/// </summary>
public sealed record ServerRestoreReport
{
    /// <summary>What was restored; null if nothing was.</summary>
    public ServerRestoration? Restored { get; init; }

    /// <summary>What is in the backup, if it was to be verified only.</summary>
    public ServerBackupInfo? Verified { get; init; }

    /// <summary>What went wrong; null if nothing did.</summary>
    public ErrorInfo? Error { get; init; }

    /// <summary>The report as text.</summary>
    public string Write() => JsonSerializer.Serialize(this, WireJson.Options);

    /// <summary>Reads a report; null if the text is none.</summary>
    public static ServerRestoreReport? TryRead(string text)
    {
        try
        {
            return JsonSerializer.Deserialize<ServerRestoreReport>(text, WireJson.Options) is { } report && (report.Restored ?? (object?)report.Verified ?? report.Error) is not null ? report : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
