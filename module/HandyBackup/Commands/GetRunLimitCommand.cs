using System.Management.Automation;

namespace HandyBackup.Module.Commands;

/// <summary>Shows how many runs work at once.</summary>
[Cmdlet(VerbsCommon.Get, "HBRunLimit")]
[OutputType(typeof(HBRunLimit))]
public sealed class GetRunLimitCommand : SessionCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        Emit(new HBRunLimit(await session.Connection.Settings.GetRunLimitsAsync(cancellationToken), session));
    }
}
