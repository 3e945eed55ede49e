namespace HandyBackup.Agent.Core.Conditions;

/// <summary>When backups may begin on this machine.</summary>
public sealed record BackupConditions
{
    /// <summary>True to wait while the machine runs on its battery.</summary>
    public bool NotOnBattery { get; set; }

    /// <summary>True to wait while the network's owner charges for what travels, or says that he does.</summary>
    public bool NotOnMetered { get; set; }

    /// <summary>True to wait while a private network (VPN) is up.</summary>
    public bool NotOnVpn { get; set; }

    /// <summary>How long a backup waits at most for these conditions; then it runs anyway.</summary>
    public TimeSpan AtLatestAfter { get; set; } = TimeSpan.FromDays(3);

    /// <summary>True if nothing is to be waited for.</summary>
    internal bool AreNone => !(NotOnBattery || NotOnMetered || NotOnVpn);

    /// <summary>What stands against a backup now.</summary>
    /// <returns>A clause for people; null if nothing does. What is unknown stands against nothing.</returns>
    public string? Obstacle(MachineCircumstances now) =>
        NotOnBattery && now.OnBattery == true ? "the machine runs on its battery"
        : NotOnMetered && now.OnMetered == true ? "its network is metered"
        : NotOnVpn && now.OnVpn == true ? "a VPN is up"
        : null;
}
