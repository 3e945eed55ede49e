namespace HandyBackup.Server.Core;

/// <summary>Spreads the runs of a group over a start window.</summary>
internal static class StartDelays
{
    /// <summary>How long one of several runs is kept back: each has an equal part of the window, and begins anywhere in it.</summary>
    /// <param name="index">Which run, from 0.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="window">The whole window.</param>
    public static TimeSpan Of(int index, int count, TimeSpan window) => window * ((index + Random.Shared.NextDouble()) / count);
}
