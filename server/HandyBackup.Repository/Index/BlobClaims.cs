using System.Runtime.InteropServices;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>
/// What backups and restores that are under way rely on: blobs that were called present or stored meanwhile, and the trees that they build on or read. It is
/// the one place where an answer "present" and the leaving of packs from the index are brought into an order: an answer either
/// counts before the packs leave, which keeps them, or is given after, and is then "missing". Safe to share between threads.
/// </summary>
/// <remarks>Claims are one bit for each index entry, and go when nothing is under way.</remarks>
internal sealed class BlobClaims(Func<BlobIndex> getIndex)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RepositoryUse, BlobId?> _uses = [];
    private readonly BlobSet _claimed = new(getIndex);
    private LeavingPacks? _leaving;
    private int _holds;

    /// <summary>True while a backup or a restore is under way.</summary>
    public bool HasUses
    {
        get
        {
            lock (_gate)
            {
                return _uses.Count > 0;
            }
        }
    }

    /// <summary>Begins a backup or a restore.</summary>
    public RepositoryUse Begin()
    {
        var use = new RepositoryUse(this);
        lock (_gate)
        {
            _uses.Add(use, null);
        }

        return use;
    }

    /// <summary>Ends it, after the snapshot was saved or given up, or everything was read.</summary>
    public void End(RepositoryUse use)
    {
        lock (_gate)
        {
            _uses.Remove(use);
            DropIfUnused();
        }
    }

    /// <summary>Keeps a tree and all below it as long as the use lasts.</summary>
    /// <returns>False if the tree is not in the index.</returns>
    public bool TryPin(RepositoryUse use, BlobId tree)
    {
        lock (_gate)
        {
            if (!IsKnown(Current(), new BlobKey(tree, BlobType.Tree), out _))
            {
                return false;
            }

            _uses[use] = tree;
            return true;
        }
    }

    /// <summary>The trees that backups under way build on, and restores read.</summary>
    public List<BlobId> GetPins()
    {
        List<BlobId> pins = [];
        lock (_gate)
        {
            foreach (BlobId? pin in _uses.Values)
            {
                if (pin is { } tree)
                {
                    pins.Add(tree);
                }
            }
        }

        return pins;
    }

    /// <summary>Says whether the index has the blob, and if it has, keeps it until the backups under way have ended.</summary>
    public bool TryClaim(BlobKey key)
    {
        lock (_gate)
        {
            BlobIndex index = Current();
            bool isKnown = IsKnown(index, key, out int entry);
            if (isKnown && _uses.Count > 0)
            {
                _claimed.Add(entry);
            }

            return isKnown;
        }
    }

    /// <summary>Keeps blobs that have just come into the index, if a backup is under way: it may be its own.</summary>
    public void ClaimAdded(IReadOnlyList<SavedPack> packs)
    {
        lock (_gate)
        {
            if (_uses.Count == 0)
            {
                return;
            }

            BlobIndex index = Current();
            foreach (SavedPack pack in packs)
            {
                foreach (ref readonly PackedBlob blob in CollectionsMarshal.AsSpan(pack.Blobs))
                {
                    if (index.TryFind(blob.Key, out int entry))
                    {
                        _claimed.Add(entry);
                    }
                }
            }
        }
    }

    /// <summary>The entries that are claimed now.</summary>
    /// <param name="index">Which entries are meant; if the index was replaced, there are none.</param>
    public List<int> GetClaimed(BlobIndex index)
    {
        lock (_gate)
        {
            return ReferenceEquals(Current(), index) ? [.. _claimed.Enumerate()] : [];
        }
    }

    /// <summary>Keeps all claims, even those of backups that end, until <see cref="Release"/>: so that none is lost between a listing of snapshots and a swap.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _holds++;
        }
    }

    /// <summary>Ends a <see cref="Hold"/>.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _holds--;
            DropIfUnused();
        }
    }

    /// <summary>Lets packs leave: from now on what lies only in them is "missing". Packs that a claimed blob needs are taken out of the set first.</summary>
    /// <returns>False if the index was replaced since the set was made.</returns>
    public bool TryFreeze(LeavingPacks leaving)
    {
        lock (_gate)
        {
            if (!ReferenceEquals(Current(), leaving.Index))
            {
                return false;
            }

            foreach (int entry in _claimed.Enumerate())
            {
                leaving.Require(leaving.Index.GetPlace(entry).Blob.Key);
            }

            _leaving = leaving;
            return true;
        }
    }

    /// <summary>Takes <see cref="TryFreeze"/> back: the packs stay.</summary>
    public void Thaw()
    {
        lock (_gate)
        {
            _leaving = null;
        }
    }

    private bool IsKnown(BlobIndex index, BlobKey key, out int entry) =>
        index.TryFind(key, out entry) && (_leaving is null || !_leaving.Contains(index.GetPlace(entry).PackNumber) || _leaving.TryFindStaying(key, out entry));

    // Packs that left are not in an index that replaced another.
    private BlobIndex Current()
    {
        if (_claimed.Follow())
        {
            _leaving = null;
        }

        return _claimed.Index;
    }

    private void DropIfUnused()
    {
        if (_uses.Count == 0 && _holds == 0)
        {
            _claimed.Clear();
        }
    }
}
