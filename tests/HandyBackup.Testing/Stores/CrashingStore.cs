using System.Runtime.CompilerServices;
using HandyBackup.Stores;

namespace HandyBackup.Testing;

/// <summary>
/// A place in memory that loses power. Processes use it through <see cref="Mount"/>. At a crash every call that is under way is cut off; what it was doing
/// is then done or not, as the script says, in any combination, and removals that the contract does not promise to be durable may be undone. Processes of before the crash
/// reach the place no more.
/// </summary>
public sealed class CrashingStore(CrashScript script)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(script.Seed);
    private readonly Dictionary<StoreFile, byte[]> _files = [];
    private readonly List<Change> _underWay = [];
    private readonly Dictionary<StoreFile, byte[]> _notDurablyRemoved = [];
    private int _mount;
    private int _calls;
    private int _crashAt = int.MaxValue;
    private bool _isReliable;

    /// <summary>True from a crash on, until the next mount.</summary>
    public bool HasCrashed { get; private set; }

    /// <summary>Calls since the last mount.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>All files.</summary>
    public IReadOnlyCollection<StoreFile> Files
    {
        get
        {
            lock (_gate)
            {
                return [.. _files.Keys];
            }
        }
    }

    /// <summary>A file's content.</summary>
    public byte[] this[StoreFile file]
    {
        get
        {
            lock (_gate)
            {
                return _files[file];
            }
        }
    }

    /// <summary>The place for a new process, which alone can reach it from now on.</summary>
    /// <param name="crashAfter">How many calls succeed; the next one is the crash. Null for none.</param>
    /// <param name="isReliable">True if no call is to fail by itself.</param>
    public IStore Mount(int? crashAfter = null, bool isReliable = false)
    {
        lock (_gate)
        {
            if (HasCrashed)
            {
                Recover();
            }

            HasCrashed = false;
            _underWay.Clear();
            _calls = 0;
            _crashAt = crashAfter ?? int.MaxValue;
            _isReliable = isReliable;
            return new Mounted(this, ++_mount);
        }
    }

    /// <summary>Loses the power now.</summary>
    public void Crash()
    {
        lock (_gate)
        {
            HasCrashed = true;
        }
    }

    /// <summary>Copies all files but locks.</summary>
    public async Task CopyToAsync(IStore target, CancellationToken cancellationToken)
    {
        await target.CreateAsync(cancellationToken);
        foreach (StoreFile file in Files.Where(file => file.Kind != StoreFileKind.Lock))
        {
            await target.SaveAsync(file, [this[file]], cancellationToken);
        }
    }

    // What the drive has when the power is back.
    private void Recover()
    {
        foreach (Change change in _underWay)
        {
            if (_random.Next(2) == 0)
            {
                continue;
            }

            Apply(script.TearsFiles && change.Content is not null ? change with { Content = Tear(change.Content) } : change);
        }

        foreach ((StoreFile file, byte[] content) in _notDurablyRemoved)
        {
            if (_random.Next(2) == 0)
            {
                _files.TryAdd(file, content);
            }
        }

        _notDurablyRemoved.Clear();
    }

    private byte[] Tear(byte[] content)
    {
        switch (_random.Next(3))
        {
            case 0:
                return content;
            case 1:
                return content[.._random.Next(content.Length + 1)];
            default:
                byte[] holed = [.. content];
                int start = _random.Next(content.Length);
                holed.AsSpan(start, _random.Next(content.Length - start) + 1).Clear();
                return holed;
        }
    }

    private void Apply(Change change)
    {
        if (change.Content is { } content)
        {
            _files[change.File] = content;
            return;
        }

        // See IStore.RemoveAsync.
        if (_files.Remove(change.File, out byte[]? removed) && IsLazilyRemoved(change.File))
        {
            _notDurablyRemoved[change.File] = removed;
        }
    }

    private static bool IsLazilyRemoved(StoreFile file) =>
        file.Kind is StoreFileKind.Lock or StoreFileKind.Pack or StoreFileKind.CondemnedPacks || (file.Kind == StoreFileKind.Parity && file.Name[0] == 'p');

    private int Enter(int mount, Change? change)
    {
        lock (_gate)
        {
            ThrowIfGone(mount);
            if (change is { Content: not null, IsReplacing: false } && _files.ContainsKey(change.File))
            {
                throw new StoreException(StoreError.AlreadyExists, $"'{change.File}' exists already.");
            }

            if (change is not null)
            {
                _underWay.Add(change);
            }

            HasCrashed |= ++_calls > _crashAt;
            ThrowIfGone(mount);
            return _random.Next(script.MostLatency + 1);
        }
    }

    private async Task ReadAsync(int mount, CancellationToken cancellationToken)
    {
        for (int latency = Enter(mount, null); latency > 0; latency--)
        {
            await Task.Yield();
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task ChangeAsync(int mount, Change change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (int latency = Enter(mount, change); latency > 0; latency--)
        {
            await Task.Yield();
        }

        lock (_gate)
        {
            ThrowIfGone(mount);
            _underWay.Remove(change);
            cancellationToken.ThrowIfCancellationRequested();
            int fate = _isReliable ? int.MaxValue : _random.Next(1000);
            if (fate >= script.FailuresInThousand)
            {
                Apply(change);
            }

            if (fate < script.FailuresInThousand + script.LostAnswersInThousand)
            {
                throw new StoreException(StoreError.Unavailable, $"Scripted: the call for '{change.File}' fails.");
            }
        }
    }

    private void ThrowIfGone(int mount)
    {
        if (HasCrashed || mount != _mount)
        {
            throw new StoreException(StoreError.Unavailable, "The power is gone.");
        }
    }

    // Equal by reference: two calls may do the same to one file.
    private sealed record Change(StoreFile File, byte[]? Content, bool IsReplacing)
    {
        public bool Equals(Change? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
    }

    private sealed class Mounted(CrashingStore place, int mount) : IStore
    {
        public string Location => "crashing";

        public bool ListsAtOnce => false;

        public Task CreateAsync(CancellationToken cancellationToken) => place.ReadAsync(mount, cancellationToken);

        public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
        {
            await place.ReadAsync(mount, cancellationToken);
            return place.Files.Count == 0;
        }

        public async IAsyncEnumerable<StoreFileInfo> ListAsync(StoreFileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await place.ReadAsync(mount, cancellationToken);
            List<StoreFileInfo> listed;
            lock (place._gate)
            {
                listed = [.. place._files.Where(file => file.Key.Kind == kind).Select(file => new StoreFileInfo(file.Key.Name, file.Value.Length))];
            }

            foreach (StoreFileInfo file in listed)
            {
                yield return file;
            }
        }

        public async Task<long?> FindSizeAsync(StoreFile file, CancellationToken cancellationToken)
        {
            await place.ReadAsync(mount, cancellationToken);
            return Find(file)?.Length;
        }

        public async ValueTask LoadAsync(StoreFile file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
        {
            await place.ReadAsync(mount, cancellationToken);
            byte[] content = Find(file) ?? throw new StoreException(StoreError.NotFound, $"'{file}' does not exist.");
            if (offset + destination.Length > content.Length)
            {
                throw new StoreException(StoreError.TooShort, $"'{file}' has only {content.Length} bytes.");
            }

            content.AsMemory((int)offset, destination.Length).CopyTo(destination);
        }

        public Task SaveAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) =>
            place.ChangeAsync(mount, new Change(file, Join(parts), IsReplacing: false), cancellationToken);

        public Task ReplaceAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) =>
            place.ChangeAsync(mount, new Change(file, Join(parts), IsReplacing: true), cancellationToken);

        public Task RemoveAsync(StoreFile file, CancellationToken cancellationToken) => place.ChangeAsync(mount, new Change(file, null, IsReplacing: false), cancellationToken);

        public Task DeleteAsync(CancellationToken cancellationToken) => throw new NotSupportedException("No test deletes a crashing place.");

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static byte[] Join(IReadOnlyList<ReadOnlyMemory<byte>> parts) => [.. parts.SelectMany(part => part.ToArray())];

        private byte[]? Find(StoreFile file)
        {
            lock (place._gate)
            {
                return place._files.GetValueOrDefault(file);
            }
        }
    }
}
