namespace HandyBackup.Contracts;

/// <summary>How many runs work at once; the others are queued.</summary>
/// <param name="Total">On the whole server, 1 to <see cref="Maximum"/>.</param>
/// <param name="PerRepository">On one repository, 1 to <see cref="Maximum"/>.</param>
/// <param name="PerAgent">On one agent, 1 to <see cref="Maximum"/>.</param>
public sealed record RunLimits(int Total = 4, int PerRepository = 2, int PerAgent = 2)
{
    /// <summary>The most that each limit may be.</summary>
    public const int Maximum = 1000;
}
