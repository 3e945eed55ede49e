using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace HandyBackup.Testing;

/// <summary>
/// Runs a proof with one seed after the other: first those saved in <c>tests/proof-seeds.txt</c>, which once found something, then new ones. In a test suite
/// the new ones are the same each time; in the stress task, which sets <c>HANDYBACKUP_STRESS_MINUTES</c>, they are not. <c>HANDYBACKUP_PROOF_SEED</c> runs one alone.
/// How much a proof does depends on where it runs: least on a developer's machine, more in continuous integration, which sets <c>CI</c> to <c>true</c>, and
/// most in the stress task. docs/design/proof.md has the table.
/// </summary>
public static class ProofRun
{
    private const string SeedFile = "proof-seeds.txt";

    /// <summary>True in the stress task.</summary>
    public static bool IsStress => Minutes is not null;

    private static bool IsContinuousIntegration => Environment.GetEnvironmentVariable("CI") == "true";

    private static double? Minutes => Parse("HANDYBACKUP_STRESS_MINUTES");

    private static int? OnlySeed => (int?)Parse("HANDYBACKUP_PROOF_SEED");

    /// <summary>How often something is done every day, in continuous integration, and in the stress task.</summary>
    public static int Times(int everyday, int integration, int stress) => IsStress ? stress : IsContinuousIntegration ? integration : everyday;

    /// <summary>What is done every day, and what in continuous integration and in the stress task.</summary>
    public static T Choose<T>(T everyday, T integration) => IsStress || IsContinuousIntegration ? integration : everyday;

    /// <summary>Runs a proof until the time is over; the first seed that fails ends it and is named.</summary>
    /// <param name="proof">Its name in the file of seeds.</param>
    /// <param name="everyday">How many seconds it lasts every day. All saved seeds are run, however long that takes, and one new one at least.</param>
    /// <param name="integration">How many seconds it lasts in continuous integration.</param>
    /// <param name="prove">Proves with one seed.</param>
    public static async Task RunAsync(string proof, double everyday, double integration, Func<int, Task> prove)
    {
        if (OnlySeed is { } only)
        {
            await ProveAsync(proof, only, prove);
            return;
        }

        foreach (int seed in SavedSeeds(proof))
        {
            await ProveAsync(proof, seed, prove);
        }

        TimeSpan limit = Minutes is { } minutes ? TimeSpan.FromMinutes(minutes) : TimeSpan.FromSeconds(IsContinuousIntegration ? integration : everyday);
        long start = Stopwatch.GetTimestamp();
        int first = IsStress ? Random.Shared.Next(1_000_000, int.MaxValue / 2) : 1;
        int count = 0;
        do
        {
            await ProveAsync(proof, first + count, prove);
            count++;
        }
        while (Stopwatch.GetElapsedTime(start) < limit);
        TestContext.Current.TestOutputHelper?.WriteLine($"{proof}: {count} seeds from {first} on.");
    }

    /// <summary>The seeds in the file.</summary>
    public static IReadOnlyList<int> SavedSeeds(string proof)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(SeedFile)!;
        using var reader = new StreamReader(stream);
        List<int> seeds = [];
        while (reader.ReadLine() is { } line)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2 && words[0] == proof)
            {
                seeds.Add(int.Parse(words[1], CultureInfo.InvariantCulture));
            }
        }

        return seeds;
    }

    private static async Task ProveAsync(string proof, int seed, Func<int, Task> prove)
    {
        try
        {
            await prove(seed);
        }
        catch (Exception exception) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"The proof '{proof}' fails with seed {seed}; HANDYBACKUP_PROOF_SEED={seed} runs it alone. {exception.Message}", exception);
        }
    }

    private static double? Parse(string variable) =>
        double.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out double value) ? value : null;
}
