using System.Diagnostics;
using System.Text.Json;
using HandyBackup.Rpc;

namespace HandyBackup.Benchmarks.Fleet;

/// <summary>The process that <see cref="AnswerTimes"/> starts: a panel that asks for the server's state until its standard input ends.</summary>
internal static class AskingPanel
{
    /// <summary>The command line's first word; the server's data path follows.</summary>
    public const string Option = "--asking-panel";

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_answerTime = TimeSpan.FromSeconds(60);

    /// <summary>Connects, says so, asks, and in the end prints an <see cref="AnswerFigures"/>.</summary>
    public static async Task RunAsync(string dataPath, CancellationToken cancellationToken)
    {
        using PanelConnection panel = await PanelConnection.ConnectLocalAsync(dataPath, s_answerTime, cancellationToken);

        // The first answers would measure how this process is compiled.
        for (int i = 0; i < 20; i++)
        {
            await AskAsync(panel, cancellationToken);
        }

        await Console.Out.WriteLineAsync("asking");
        Task<string?> ended = Console.In.ReadLineAsync(cancellationToken).AsTask();
        List<double> times = [];
        do
        {
            times.Add(await AskAsync(panel, cancellationToken));
            await Task.WhenAny(ended, Task.Delay(s_pause, cancellationToken));
        }
        while (!ended.IsCompleted);

        times.Sort();
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new AnswerFigures(times.Count, Quantile(times, 0.5), Quantile(times, 0.99))));
    }

    private static async Task<double> AskAsync(PanelConnection panel, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        await panel.ServerInfo.GetStatusAsync(cancellationToken);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Quantile(List<double> sorted, double share) => sorted[(int)((sorted.Count - 1) * share)];
}
