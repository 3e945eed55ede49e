using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="ISettings"/>
internal sealed class SettingsService(RunLimitSetting limits, RunEngine engine) : ISettings
{
    private readonly TurnTaking _changing = new();

    /// <inheritdoc/>
    public Task<RunLimits> GetRunLimitsAsync(CancellationToken cancellationToken) => Task.FromResult(engine.Limits);

    /// <inheritdoc/>
    public async Task<RunLimits> SetRunLimitsAsync(SetRunLimitsRequest request, CancellationToken cancellationToken)
    {
        using IDisposable turn = await _changing.WaitAsync(cancellationToken);
        RunLimits now = engine.Limits;
        var changed = new RunLimits(request.Total ?? now.Total, request.PerRepository ?? now.PerRepository, request.PerAgent ?? now.PerAgent);
        Check(nameof(changed.Total), changed.Total);
        Check(nameof(changed.PerRepository), changed.PerRepository);
        Check(nameof(changed.PerAgent), changed.PerAgent);
        await limits.SaveAsync(changed, cancellationToken);
        engine.Limits = changed;
        return changed;
    }

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }

    private static void Check(string name, int limit)
    {
        if (limit is < 1 or > RunLimits.Maximum)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"{limit} is no limit of runs at once.") { Target = name, Advice = $"Name a number from 1 to {RunLimits.Maximum}." };
        }
    }
}
