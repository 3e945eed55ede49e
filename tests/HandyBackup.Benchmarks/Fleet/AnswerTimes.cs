using System.Diagnostics;
using HandyBackup.Rpc;

namespace HandyBackup.Benchmarks.Fleet;

/// <summary>Asks a server for its state again and again, and notes how long each answer takes. For one thread at a time.</summary>
internal sealed class AnswerTimes(PanelConnection panel)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    private readonly List<TimeSpan> _times = [];

    /// <summary>How many answers came.</summary>
    public int Count => _times.Count;

    /// <summary>Half of the answers came faster.</summary>
    public TimeSpan Median => Quantile(0.5);

    /// <summary>All but the slowest hundredth of the answers came faster.</summary>
    public TimeSpan Percentile99 => Quantile(0.99);

    /// <summary>Asks until the server says what is waited for.</summary>
    /// <param name="isDone">Is given how many agents are connected.</param>
    /// <param name="cancellationToken">Stops the asking.</param>
    public async Task AskUntilAsync(Func<int, bool> isDone, CancellationToken cancellationToken)
    {
        while (true)
        {
            long start = Stopwatch.GetTimestamp();
            int agents = (await panel.ServerInfo.GetStatusAsync(cancellationToken)).Agents;
            _times.Add(Stopwatch.GetElapsedTime(start));
            if (isDone(agents))
            {
                return;
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }

    private TimeSpan Quantile(double share)
    {
        TimeSpan[] sorted = [.. _times.Order()];
        return sorted[(int)((sorted.Length - 1) * share)];
    }
}
