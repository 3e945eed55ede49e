using HandyBackup.Agent.Core.Conditions;
using HandyBackup.Agent.Core.Limits;

namespace HandyBackup.Agent.Core.Home;

/// <summary>What <c>agent.json</c> says. The agent reads it when it starts.</summary>
public sealed record AgentSettings
{
    /// <summary>The server as <c>host:port</c>; empty as long as the machine is no agent.</summary>
    public string Server { get; set; } = "";

    /// <summary>The agent's name on its server.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// How much may travel, each way, as lines of <see cref="BandwidthSchedule"/>: <c>08:00-18:00 2MB/s</c>. The first that fits the time of day holds; without one there is no limit.
    /// </summary>
    public IReadOnlyList<string> Bandwidth { get; set; } = [];

    /// <summary>How much processor time the agent asks for where others want it too.</summary>
    public WorkPriority CpuPriority { get; set; } = WorkPriority.Normal;

    /// <summary>How soon the agent's reads and writes are served where others wait too.</summary>
    public WorkPriority IoPriority { get; set; } = WorkPriority.Normal;

    /// <summary>True if nothing may be written or removed on this machine from afar: no restores, no copies to it, no removals. Backups go on.</summary>
    public bool ReadOnly { get; set; }

    /// <summary>When backups may begin.</summary>
    public BackupConditions Conditions { get; set; } = new();
}
