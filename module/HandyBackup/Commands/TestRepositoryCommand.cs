using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Errors;

namespace HandyBackup.Module.Commands;

/// <summary>Checks a repository.</summary>
[Cmdlet(VerbsDiagnostic.Test, "HBRepository")]
[OutputType(typeof(HBRepositoryCheck), typeof(HBRun))]
public sealed class TestRepositoryCommand : RepositoryRunCmdlet
{
    // The log has all of them; an object should stay an object.
    private const int MaximumFindings = 100;

    /// <summary>Read and verify all data, too.</summary>
    [Parameter]
    public SwitchParameter ReadData { get; set; }

    /// <summary>Read and verify the share of the data that is due, too.</summary>
    [Parameter]
    public SwitchParameter ReadDue { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        Run run = await session.Connection.Repositories.StartCheckAsync(new CheckRepositoryRequest { Name = Name, ReadData = ReadData, ReadDue = ReadDue }, cancellationToken);
        if (NoWait)
        {
            Emit(new HBRun(run, session));
            return;
        }

        run = await FollowAsync(run, session, cancellationToken);
        await EmitResultAsync(run, session, cancellationToken);
    }

    private async Task EmitResultAsync(Run run, HBSession session, CancellationToken cancellationToken)
    {
        long damaged = 0;
        var findings = new List<HBRunLogEntry>();
        await foreach (RunLogEntry entry in session.Connection.Runs.GetLogAsync(new RunLogQuery { RunId = run.Id, MinimumLevel = RunLogLevel.Warning }, cancellationToken))
        {
            if (entry.Code is not { } code)
            {
                continue;
            }

            if (findings.Count < MaximumFindings)
            {
                findings.Add(new HBRunLogEntry(entry, session));
            }

            if (entry.Level == RunLogLevel.Error && ErrorRecords.IsDamage(code))
            {
                damaged++;
                Report(new HandyBackupException(code, entry.Message)
                {
                    Target = entry.Path ?? run.Repository,
                    Advice = "Repair-HBRepository heals what can be healed; its -WhatIf tells how much that is.",
                });
            }
        }

        Emit(new HBRepositoryCheck(new HBRun(run, session), ReadData, damaged, [.. findings]));
        if (damaged == 0)
        {
            ReportOutcome(run);
        }
    }
}
