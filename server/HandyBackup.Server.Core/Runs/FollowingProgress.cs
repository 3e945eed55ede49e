using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Counts on where an earlier part of the same run stopped, because a run's counters only grow.</summary>
internal sealed class FollowingProgress(IProgress<RunProgress> run, RunProgress before) : IProgress<RunProgress>
{
    /// <inheritdoc/>
    public void Report(RunProgress value) => run.Report(value with
    {
        Items = before.Items + value.Items,
        Bytes = before.Bytes + value.Bytes,
        TotalItems = before.Items + value.TotalItems,
        TotalBytes = before.Bytes + value.TotalBytes,
    });
}
