namespace HandyBackup.Repository;

/// <summary>
/// Finds, for each tree, the oldest time at which the content of a pack that it or anything below it needs was verified: exact, though each tree is visited once. Four
/// bytes for each entry of the index, and the trees under way. Not safe to share between threads, save for <see cref="Note"/> of different trees.
/// </summary>
internal sealed class TreeTimes(BlobIndex index, VerificationPass pass)
{
    private const uint UnderWay = uint.MaxValue;

    private readonly uint[] _times = new uint[index.Count];
    private readonly Dictionary<int, List<TreeVisit>> _waiting = [];

    /// <summary>Takes in that a tree needs a blob.</summary>
    /// <param name="visit">The visit of the tree.</param>
    /// <param name="entry">The blob's entry.</param>
    public void Note(TreeVisit visit, int entry) => visit.Oldest = Math.Min(visit.Oldest, pass.GetContentVerified(index.GetEntry(entry).PackNumber));

    /// <summary>Begins the visit of a tree that was not visited before.</summary>
    public void Begin(TreeVisit visit)
    {
        _times[visit.Entry] = UnderWay;
        if (visit.Parent is not null)
        {
            visit.Parent.Open++;
        }
    }

    /// <summary>Takes in that a tree has another one below it that was visited before, or is being visited for somebody else.</summary>
    public void Share(TreeVisit visit, int child)
    {
        if (_times[child] != UnderWay)
        {
            visit.Oldest = Math.Min(visit.Oldest, _times[child]);
            return;
        }

        visit.Open++;
        if (!_waiting.TryGetValue(child, out List<TreeVisit>? visits))
        {
            _waiting[child] = visits = [];
        }

        visits.Add(visit);
    }

    /// <summary>Notes that a tree itself was read and all below it was begun or shared.</summary>
    public void End(TreeVisit visit)
    {
        Stack<TreeVisit> ended = [];
        Settle(visit, ended);
        while (ended.TryPop(out TreeVisit? done))
        {
            _times[done.Entry] = done.Oldest;
            if (done.Parent is not null)
            {
                Inherit(done.Parent, done.Oldest, ended);
            }

            if (_waiting.Remove(done.Entry, out List<TreeVisit>? visits))
            {
                visits.ForEach(other => Inherit(other, done.Oldest, ended));
            }
        }
    }

    /// <summary>The time of a tree whose visit has ended.</summary>
    public DateTimeOffset? GetTime(int entry) => Seconds.ToTimeOrNull(_times[entry]);

    private static void Inherit(TreeVisit visit, uint time, Stack<TreeVisit> ended)
    {
        visit.Oldest = Math.Min(visit.Oldest, time);
        Settle(visit, ended);
    }

    private static void Settle(TreeVisit visit, Stack<TreeVisit> ended)
    {
        if (--visit.Open == 0)
        {
            ended.Push(visit);
        }
    }
}
