namespace HandyBackup.Server.Core;

/// <summary>
/// The runs that wait for one repository, in the order in which they should work. Each run of a task gets a round of its own, later than that of the task's run before it; who comes later to the
/// same round waits behind. So tasks take turns, however many runs each has. Not safe to share between threads.
/// </summary>
internal sealed class RunLine
{
    private static readonly Comparer<Place> s_order = Comparer<Place>.Create(static (one, other) => (one.Round, one.Number).CompareTo((other.Round, other.Number)));

    private readonly SortedDictionary<Place, ActiveRun> _runs = new(s_order);
    private readonly Dictionary<Guid, Place> _places = [];
    private readonly Dictionary<Guid, (long LastRound, int Waiting)> _tasks = [];
    private long _round;
    private long _number;

    /// <summary>When the line last had its turn, counted in turns of the queue.</summary>
    public long LastTurn { get; set; }

    /// <summary>True if nobody waits.</summary>
    public bool IsEmpty => _runs.Count == 0;

    /// <summary>Takes in a run.</summary>
    public void Add(ActiveRun run)
    {
        long round = _round;
        if (run.Order.Task is { } task)
        {
            (long last, int waiting) = _tasks.GetValueOrDefault(task.Id);
            round = waiting > 0 ? Math.Max(_round, last + 1) : _round;
            _tasks[task.Id] = (round, waiting + 1);
        }

        var place = new Place(round, ++_number);
        _runs.Add(place, run);
        _places.Add(run.Id, place);
    }

    /// <summary>Takes out a run.</summary>
    /// <returns>False if it is not here.</returns>
    public bool Remove(ActiveRun run)
    {
        if (!_places.Remove(run.Id, out Place place))
        {
            return false;
        }

        _runs.Remove(place);
        if (run.Order.Task is { } task)
        {
            (long last, int waiting) = _tasks[task.Id];
            if (waiting == 1)
            {
                _tasks.Remove(task.Id);
            }
            else
            {
                _tasks[task.Id] = (last, waiting - 1);
            }
        }

        return true;
    }

    /// <summary>The first run in order that may work; null if there is none.</summary>
    public ActiveRun? Find(Func<ActiveRun, bool> mayWork)
    {
        foreach (ActiveRun run in _runs.Values)
        {
            if (mayWork(run))
            {
                return run;
            }
        }

        return null;
    }

    /// <summary>Notes that the round of a run has come: whoever comes from now on need not wait for more than those of this round.</summary>
    public void Begin(ActiveRun run) => _round = Math.Max(_round, _places[run.Id].Round);

    private readonly record struct Place(long Round, long Number);
}
