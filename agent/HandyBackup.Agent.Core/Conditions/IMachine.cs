namespace HandyBackup.Agent.Core.Conditions;

/// <summary>The machine that the agent runs on. Safe for several threads.</summary>
public interface IMachine
{
    /// <summary>Asks the system how it stands now. What it does not tell is unknown; only cancellation ends it otherwise.</summary>
    Task<MachineCircumstances> LookAsync(CancellationToken cancellationToken);
}
