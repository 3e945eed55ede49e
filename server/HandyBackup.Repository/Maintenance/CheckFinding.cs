using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>One thing that a check found.</summary>
/// <param name="IsDamage">True if data is lost or may be; false for what is only untidy, such as a pack that no index names.</param>
/// <param name="Code">What is wrong.</param>
/// <param name="Target">The file, blob or path in a snapshot.</param>
/// <param name="Message">One sentence.</param>
public sealed record CheckFinding(bool IsDamage, ErrorCode Code, string Target, string Message)
{
    /// <summary>True if parity can undo the damage: a repair does so. False if not, or if there is no parity.</summary>
    public bool CanHeal { get; init; }
}
