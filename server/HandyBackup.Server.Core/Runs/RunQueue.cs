using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>
/// The runs that wait for their turn and those that work. Repositories take turns, and on each the tasks do: a task with a thousand runs holds up no other. Who is kept back by a limit holds
/// up nobody behind. Not safe to share between threads.
/// </summary>
internal sealed class RunQueue(RunLimits limits)
{
    private readonly Dictionary<string, RunLine> _lines = [];
    private readonly List<ActiveRun> _working = [];
    private readonly Dictionary<string, int> _onRepository = [];
    private readonly Dictionary<string, int> _onAgent = [];
    private long _turns;

    /// <summary>How many runs work at once.</summary>
    public RunLimits Limits { get; set; } = limits;

    /// <summary>Takes in a run that waits.</summary>
    public void Add(ActiveRun run)
    {
        if (!_lines.TryGetValue(run.Order.Repository.Id, out RunLine? line))
        {
            _lines[run.Order.Repository.Id] = line = new RunLine { LastTurn = _turns };
        }

        line.Add(run);
    }

    /// <summary>Takes out a run that waits.</summary>
    /// <returns>False if it does not wait here.</returns>
    public bool Remove(ActiveRun run)
    {
        string repository = run.Order.Repository.Id;
        if (!_lines.TryGetValue(repository, out RunLine? line) || !line.Remove(run))
        {
            return false;
        }

        if (line.IsEmpty)
        {
            _lines.Remove(repository);
        }

        return true;
    }

    /// <summary>The run whose turn it is, which works from now on until <see cref="End"/>; null if there is none.</summary>
    public ActiveRun? TakeNext()
    {
        if (_working.Count >= Limits.Total)
        {
            return null;
        }

        foreach ((string repository, RunLine line) in _lines.OrderBy(static pair => pair.Value.LastTurn))
        {
            if (!IsRepositoryFull(repository) && line.Find(MayWork) is { } run)
            {
                line.LastTurn = ++_turns;
                line.Begin(run);
                Remove(run);
                _working.Add(run);
                Count(_onRepository, repository, 1);
                Count(_onAgent, AgentOf(run), 1);
                return run;
            }
        }

        return null;
    }

    /// <summary>Notes that a run works no more; one that never did is left alone.</summary>
    public void End(ActiveRun run)
    {
        if (_working.Remove(run))
        {
            Count(_onRepository, run.Order.Repository.Id, -1);
            Count(_onAgent, AgentOf(run), -1);
        }
    }

    /// <summary>What a run that waits here waits for.</summary>
    public RunWait ReasonOf(ActiveRun run) =>
        IsAgentFull(run) ? RunWait.Agent
        : IsRepositoryFull(run.Order.Repository.Id) || IsExcluded(run) ? RunWait.Repository
        : RunWait.Server;

    // Runs without an agent, such as checks, share no agent's limit.
    private static string? AgentOf(ActiveRun run) => run.AgentKey;

    private static void Count(Dictionary<string, int> counts, string? key, int change)
    {
        if (key is not null && (counts[key] = counts.GetValueOrDefault(key) + change) == 0)
        {
            counts.Remove(key);
        }
    }

    // What is optimized is changed under a check's eyes; a second one of either would do the same work twice, and each records what it read. All else goes on beside them.
    private static bool ExcludeEachOther(RunOrder one, RunOrder other) =>
        one.Repository.Id == other.Repository.Id && one.Kind is RunKind.Optimize or RunKind.Check && other.Kind is RunKind.Optimize or RunKind.Check;

    private bool MayWork(ActiveRun run) => !IsAgentFull(run) && !IsExcluded(run);

    private bool IsRepositoryFull(string repository) => _onRepository.GetValueOrDefault(repository) >= Limits.PerRepository;

    private bool IsAgentFull(ActiveRun run) => AgentOf(run) is { } agent && _onAgent.GetValueOrDefault(agent) >= Limits.PerAgent;

    private bool IsExcluded(ActiveRun run) => run.Order.Kind is RunKind.Optimize or RunKind.Check && _working.Exists(other => ExcludeEachOther(other.Order, run.Order));
}
