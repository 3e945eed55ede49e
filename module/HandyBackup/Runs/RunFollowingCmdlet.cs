using System.Diagnostics;
using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Runs;
using HandyBackup.Rpc;

namespace HandyBackup.Module;

/// <summary>A cmdlet that can wait for runs. Ctrl+C ends the waiting, never the run: that is the server's.</summary>
public abstract class RunFollowingCmdlet : SessionCmdlet
{
    private static readonly TimeSpan s_shortestInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>Shows progress until a run has ended.</summary>
    /// <returns>Its final state.</returns>
    private protected async Task<Run> FollowAsync(Run run, HBSession session, CancellationToken cancellationToken)
    {
        const int ActivityId = 1;
        Stopwatch? sinceShown = null;
        Run last = run;
        try
        {
            await foreach (Run state in session.Connection.Runs.WatchAsync(new RunReference(run.Id), cancellationToken))
            {
                last = state;
                if (state.Ended is not null || sinceShown is null || sinceShown.Elapsed >= s_shortestInterval)
                {
                    Emit(RunProgressText.Create(state, ActivityId));
                    sinceShown = Stopwatch.StartNew();
                }
            }
        }
        catch (Exception exception) when (exception is PipelineStoppedException || cancellationToken.IsCancellationRequested)
        {
            // Ctrl+C meets the waiting, or the writing of a progress record, which the engine refuses even before it tells the cmdlet.
            SayThatItGoesOn(last);
            throw;
        }

        return last;
    }

    /// <summary>Writes a run that has ended, then its error or a summary of its warnings.</summary>
    private protected void EmitEnded(Run run, HBSession session)
    {
        Emit(new HBRun(run, session));
        ReportOutcome(run);
    }

    /// <summary>Writes the error of a run that failed, or a summary of its warnings.</summary>
    private protected void ReportOutcome(Run run)
    {
        string name = Name(run);
        if (run.Error is not null)
        {
            Report((run.Error with { Target = run.Error.Target ?? run.Task ?? run.Repository }).ToException());
        }
        else if (run.State is RunState.Cancelled)
        {
            Report(new HandyBackupException(ErrorCode.Cancelled, $"The {name} was stopped.") { Target = run.Task ?? run.Repository });
        }
        else if (run.Warnings > 0)
        {
            Warn($"The {name} needs a look at {run.Warnings} {(run.Warnings == 1 ? "item" : "items")}: Get-HBRunLog {run.Id} -MinimumLevel Warning");
        }
    }

    private static string Name(Run run) => run.Kind switch
    {
        RunKind.Backup => $"backup of task '{run.Task}'",
        RunKind.Restore => $"restore from repository '{run.Repository}'",
        RunKind.Optimize => $"optimization of repository '{run.Repository}'",
        RunKind.Repair => $"repair of repository '{run.Repository}'",
        RunKind.Copy => $"copy to repository '{run.Repository}'",
        _ => $"check of repository '{run.Repository}'",
    };

    // The pipeline takes nothing any more; the host still does.
    private void SayThatItGoesOn(Run run) => OutsidePump(() =>
    {
        Host?.UI?.WriteWarningLine(PrintableText.Clean(
            $"The {Name(run)} goes on. Wait for it again: Wait-HBRun {run.Id}; stop it: Stop-HBRun {run.Id}"));
        return true;
    });
}
