namespace HandyBackup.Sources.Files.Excludes;

/// <summary>
/// One compiled pattern. Its state inside a folder is a set of bits: bit <c>i</c> is set if the names on the way to the folder match the
/// first <c>i</c> segments, so that segment <c>i</c> may match a name in it.
/// </summary>
internal sealed class GlobPattern
{
    /// <summary>As many segments as there are bits, less the one for the whole pattern.</summary>
    public const int MaximumSegments = 63;

    private readonly GlobSegment[] _segments;

    /// <summary>Makes a pattern of its segments.</summary>
    /// <param name="segments">The segments; the last one is not <see cref="GlobSegment.AnyFolders"/>.</param>
    /// <param name="isNegated">True if the pattern brings back what earlier ones left out.</param>
    /// <param name="foldersOnly">True if the pattern matches folders only.</param>
    public GlobPattern(GlobSegment[] segments, bool isNegated, bool foldersOnly)
    {
        _segments = segments;
        IsNegated = isNegated;
        FoldersOnly = foldersOnly;
        Start = Close(1);
    }

    public bool IsNegated { get; }

    public bool FoldersOnly { get; }

    /// <summary>True if the pattern matches a name wherever it is, so that no state is needed.</summary>
    public bool IsNameOnly => _segments.Length == 2 && _segments[0] == GlobSegment.AnyFolders;

    /// <summary>The state at the top.</summary>
    public ulong Start { get; }

    /// <summary>The state inside a folder of that name.</summary>
    public ulong Descend(ulong state, ReadOnlySpan<byte> name)
    {
        ulong next = 0;
        for (int i = 0; i < _segments.Length; i++)
        {
            if ((state & (1UL << i)) == 0)
            {
                continue;
            }

            if (_segments[i] == GlobSegment.AnyFolders)
            {
                next |= 1UL << i;
            }
            else if (i + 1 < _segments.Length && _segments[i].Matches(name))
            {
                next |= 1UL << (i + 1);
            }
        }

        return Close(next);
    }

    /// <summary>True if the name, in a folder with that state, completes the pattern.</summary>
    public bool Matches(ulong state, ReadOnlySpan<byte> name) =>
        (state & (1UL << (_segments.Length - 1))) != 0 && _segments[^1].Matches(name);

    /// <summary>The same without a state, if the pattern is one for names only.</summary>
    public bool MatchesName(ReadOnlySpan<byte> name) => _segments[^1].Matches(name);

    // Any number of folders includes none.
    private ulong Close(ulong state)
    {
        for (int i = 0; i < _segments.Length; i++)
        {
            if ((state & (1UL << i)) != 0 && _segments[i] == GlobSegment.AnyFolders)
            {
                state |= 1UL << (i + 1);
            }
        }

        return state;
    }
}
