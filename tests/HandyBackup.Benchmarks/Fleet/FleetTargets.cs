namespace HandyBackup.Benchmarks.Fleet;

/// <summary>What a server with a thousand agents is to achieve.</summary>
internal static class FleetTargets
{
    /// <summary>Seconds until all agents are connected after a start of the server.</summary>
    public static FleetTarget Connected { get; } = new(60, IsMost: true);

    /// <summary>Milliseconds until a panel is answered, median.</summary>
    public static FleetTarget Answer { get; } = new(50, IsMost: true);

    /// <summary>Kilobytes of the server's memory for each idle connection.</summary>
    public static FleetTarget Connection { get; } = new(100, IsMost: true);

    /// <summary>Megabytes of the server's memory while many back up.</summary>
    public static FleetTarget Memory { get; } = new(500, IsMost: true);

    /// <summary>Megabytes of one agent's data in a second.</summary>
    public static FleetTarget Throughput { get; } = new(400, IsMost: false);
}

/// <summary>A bound that a figure is judged by.</summary>
/// <param name="Bound">In the figure's unit.</param>
/// <param name="IsMost">Whether the figure may be no more than it; else no less.</param>
internal sealed record FleetTarget(double Bound, bool IsMost)
{
    /// <summary>Whether a figure is within the bound.</summary>
    public bool IsMet(double value) => IsMost ? value <= Bound : value >= Bound;
}
