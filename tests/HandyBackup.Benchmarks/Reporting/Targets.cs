using System.Globalization;
using HandyBackup.Benchmarks.Measuring;

namespace HandyBackup.Benchmarks.Reporting;

/// <summary>What we want to reach beside restic with its defaults, on two cores.</summary>
internal static class Targets
{
    /// <summary>The program that the targets refer to.</summary>
    public const string Reference = "restic";

    /// <summary>The most bytes that a backup of a changed image may add, as a multiple of restic's.</summary>
    public const double MostAdded = 1.1;

    /// <summary>The share of the physically possible speed that we aim at, in percent.</summary>
    public const int ShareOfLimit = 85;

    /// <summary>The longest time, as a multiple of restic's.</summary>
    public static double LongestTime(Operation operation) => operation switch
    {
        Operation.UnchangedBackup => 1 / 5.0,
        Operation.Restore or Operation.Check => 1 / 2.0,
        _ => 1 / 3.0,
    };

    /// <summary>Says whether a target is met.</summary>
    public static string Judge(double found, double most, string unit = "") =>
        string.Create(CultureInfo.InvariantCulture, $"{(found <= most ? "met" : "**missed**")} (≤ {most:0.##}{unit})");
}
