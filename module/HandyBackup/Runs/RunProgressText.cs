using System.Globalization;
using System.Management.Automation;
using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Runs;

/// <summary>Shows a run as a progress record.</summary>
internal static class RunProgressText
{
    /// <summary>The record for a run's state.</summary>
    public static ProgressRecord Create(Run run, int activityId) => new(activityId, Activity(run), Status(run))
    {
        PercentComplete = Percent(run.Progress),
        SecondsRemaining = run.Remaining is { } remaining ? (int)Math.Min(int.MaxValue, Math.Ceiling(remaining.TotalSeconds)) : -1,
        CurrentOperation = PrintableText.CleanOrNull(run.Progress.CurrentItem),
        RecordType = run.Ended is null ? ProgressRecordType.Processing : ProgressRecordType.Completed,
    };

    private static string Activity(Run run) => PrintableText.Clean(run.Kind switch
    {
        RunKind.Backup => $"Backing up {run.Task}{(run.Agent is null ? "" : $" of {run.Agent}")}",
        RunKind.Restore => $"Restoring from {run.Repository}",
        RunKind.Optimize => $"Optimizing {run.Repository}",
        RunKind.Repair => $"Repairing {run.Repository}",
        RunKind.Copy => $"Copying to {run.Repository}",
        _ => $"Checking {run.Repository}",
    });

    private static string Status(Run run)
    {
        if (run.State == RunState.Queued)
        {
            return run.WaitsFor switch
            {
                RunWait.StartWindow when run.NotBefore is { } moment => $"Waiting until {moment.ToLocalTime():yyyy-MM-dd HH:mm:ss}, its moment in the start window",
                RunWait.Repository => "Waiting for its turn on the repository",
                RunWait.Agent => "Waiting for its turn on the agent",
                _ => "Waiting for its turn",
            };
        }

        RunProgress progress = run.Progress;
        var text = new StringBuilder();
        text.Append(progress.Items.ToString("N0", CultureInfo.InvariantCulture));
        if (progress.TotalItems is { } totalItems)
        {
            text.Append(" of ").Append(totalItems.ToString("N0", CultureInfo.InvariantCulture));
        }

        text.Append(" items, ").Append(ByteSize.Format(progress.Bytes));
        if (progress.TotalBytes is { } totalBytes)
        {
            text.Append(" of ").Append(ByteSize.Format(totalBytes));
        }

        if (run.Kind == RunKind.Backup)
        {
            text.Append(", ").Append(ByteSize.Format(progress.NewBytes)).Append(" new");
        }

        if (run.Kind == RunKind.Restore && progress.KeptBytes > 0)
        {
            text.Append(", ").Append(ByteSize.Format(progress.KeptBytes)).Append(" were there");
        }

        return text.Append(", ").Append(ByteSize.FormatRate(run.BytesPerSecond)).ToString();
    }

    // -1 means unknown: the host shows no bar.
    private static int Percent(RunProgress progress) =>
        progress.TotalBytes is > 0 and { } totalBytes ? Ratio(progress.Bytes, totalBytes)
        : progress.TotalItems is > 0 and { } totalItems ? Ratio(progress.Items, totalItems)
        : -1;

    private static int Ratio(long part, long whole) => (int)Math.Max(0, Math.Min(100, 100.0 * part / whole));
}
