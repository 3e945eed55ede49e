using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>What -Parity and -ParityPercent mean together.</summary>
internal static class ParityPercents
{
    /// <summary>The most there can be.</summary>
    public const int Highest = 50;

    private const int Recommended = 3;

    /// <summary>The percentage that the user asked for; null if for none.</summary>
    /// <exception cref="HandyBackupException">Both were given.</exception>
    public static int? Choose(bool recommended, int? percent) => recommended && percent is not null
        ? throw new HandyBackupException(ErrorCode.InvalidArgument, "Both -Parity and -ParityPercent are given.") { Target = "Parity", Advice = "Give one of them." }
        : recommended ? Recommended : percent;
}
