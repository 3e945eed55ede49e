using System.Runtime.Versioning;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux;

/// <summary>
/// The open folders of one session, found by item. Each is opened relative to the folder above it, so paths may be of any length and
/// nobody can swap a folder for a link in between. The least used are closed and opened again when needed, so any number of folders
/// costs a bounded number of descriptors. Safe for several threads.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class DirectoryHandles : IDisposable
{
    private const int Capacity = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<SourceItem, Entry> _entries = new(Capacity, ReferenceEqualityComparer.Instance);
    private readonly Entry?[] _ring = new Entry?[Capacity];
    private readonly DirectoryHandle _top;
    private readonly Func<int, SourceItem, int> _open;
    private int _hand;
    private bool _isDisposed;

    /// <summary>Starts with one folder open.</summary>
    /// <param name="top">The descriptor of the folder that stands above all items; owned from now on.</param>
    /// <param name="open">Opens an item's folder relative to the descriptor of the one above it, or throws.</param>
    public DirectoryHandles(int top, Func<int, SourceItem, int> open)
    {
        _top = new DirectoryHandle(top);
        _open = open;
    }

    /// <summary>The open folder of an item; the top for null. The caller disposes the lease.</summary>
    /// <exception cref="SourceException">One of the folders on the way cannot be opened.</exception>
    public DirectoryLease Get(SourceItem? folder)
    {
        if (TryGet(folder) is { } found)
        {
            return new DirectoryLease(found);
        }

        // A loop, not a recursion: there may be thousands of folders on the way.
        var missing = new Stack<SourceItem>();
        DirectoryHandle? current = null;
        for (SourceItem? above = folder; current is null; above = above.Parent)
        {
            missing.Push(above!);
            current = TryGet(above!.Parent);
        }

        while (missing.TryPop(out SourceItem? next))
        {
            try
            {
                DirectoryHandle opened = Add(next, _open(current.Descriptor, next));
                current.Release();
                current = opened;
            }
            catch
            {
                current.Release();
                throw;
            }
        }

        return new DirectoryLease(current);
    }

    /// <summary>Gives a descriptor of the folder, opened by somebody else, which is owned from now on.</summary>
    public void Offer(SourceItem folder, int descriptor) => Add(folder, descriptor).Release();

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _top.Release();
            foreach (Entry entry in _entries.Values)
            {
                entry.Handle.Release();
            }

            _entries.Clear();
        }
    }

    private DirectoryHandle? TryGet(SourceItem? folder)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (folder is null)
            {
                _top.TryAddReference();
                return _top;
            }

            if (!_entries.TryGetValue(folder, out Entry? entry))
            {
                return null;
            }

            entry.WasUsed = true;
            entry.Handle.TryAddReference();
            return entry.Handle;
        }
    }

    // Gives back the folder's handle, with a reference for the caller.
    private DirectoryHandle Add(SourceItem folder, int descriptor)
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                _ = LibcFile.Close(descriptor);
                throw new ObjectDisposedException(nameof(DirectoryHandles));
            }

            if (_entries.TryGetValue(folder, out Entry? present))
            {
                _ = LibcFile.Close(descriptor);
                present.Handle.TryAddReference();
                return present.Handle;
            }

            var entry = new Entry(folder, new DirectoryHandle(descriptor));
            MakeRoom();
            _ring[_hand] = entry;
            _entries.Add(folder, entry);
            entry.Handle.TryAddReference();
            return entry.Handle;
        }
    }

    // The clock algorithm: goes round, spares what was used since the last round once, and stops at a free place.
    private void MakeRoom()
    {
        while (true)
        {
            _hand = (_hand + 1) % Capacity;
            Entry? entry = _ring[_hand];
            if (entry is null)
            {
                return;
            }

            if (entry.WasUsed)
            {
                entry.WasUsed = false;
                continue;
            }

            _entries.Remove(entry.Folder);
            entry.Handle.Release();
            return;
        }
    }

    private sealed class Entry(SourceItem folder, DirectoryHandle handle)
    {
        public SourceItem Folder { get; } = folder;

        public DirectoryHandle Handle { get; } = handle;

        public bool WasUsed { get; set; } = true;
    }
}
