using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>How much parity a repository may have.</summary>
internal static class ParityPercents
{
    private const int Highest = 50;

    /// <summary>Refuses what is not from 0 to 50.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>.</exception>
    public static int Check(int percent) => percent is >= 0 and <= Highest
        ? percent
        : throw new HandyBackupException(ErrorCode.InvalidArgument, $"{percent} is no percentage of parity.")
        {
            Target = nameof(CreateRepositoryRequest.ParityPercent),
            Advice = $"Choose 0 for none, or 1 to {Highest}; 3 is a good choice.",
        };
}
