using System.Text.Json;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The limits of the runs at once, as the catalog keeps them. Safe to share between threads.</summary>
internal sealed class RunLimitSetting(ICatalog catalog)
{
    private const string Name = "run-limits";

    /// <summary>The limits that were saved last; null if never.</summary>
    public async Task<RunLimits?> FindAsync(CancellationToken cancellationToken) =>
        await catalog.Settings.FindAsync(Name, cancellationToken) is { } json ? JsonSerializer.Deserialize(json, RunLimitJson.Default.RunLimits) : null;

    /// <summary>Saves limits.</summary>
    public Task SaveAsync(RunLimits limits, CancellationToken cancellationToken) =>
        catalog.Settings.SaveAsync(Name, JsonSerializer.SerializeToUtf8Bytes(limits, RunLimitJson.Default.RunLimits), cancellationToken);
}
