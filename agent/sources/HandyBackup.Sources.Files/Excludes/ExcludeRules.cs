namespace HandyBackup.Sources.Files.Excludes;

/// <summary>
/// Patterns in order; the last one that matches decides. Immutable. The states of all patterns that need one are kept in one array for
/// each folder, so that asking for a name costs no allocation.
/// </summary>
internal sealed class ExcludeRules
{
    private readonly GlobPattern[] _patterns;
    private readonly int[] _stateIndexes;

    /// <summary>Makes rules of compiled patterns.</summary>
    public ExcludeRules(IEnumerable<GlobPattern> patterns)
    {
        _patterns = [.. patterns];
        _stateIndexes = new int[_patterns.Length];
        List<ulong> start = [];
        for (int i = 0; i < _patterns.Length; i++)
        {
            _stateIndexes[i] = _patterns[i].IsNameOnly ? -1 : start.Count;
            if (!_patterns[i].IsNameOnly)
            {
                start.Add(_patterns[i].Start);
            }
        }

        Start = [.. start];
    }

    /// <summary>Rules that exclude nothing.</summary>
    public static ExcludeRules None { get; } = new([]);

    public bool IsEmpty => _patterns.Length == 0;

    /// <summary>The state at the top.</summary>
    public ulong[] Start { get; }

    /// <summary>The state inside a folder of that name.</summary>
    public ulong[] Descend(ulong[] state, ReadOnlySpan<byte> name)
    {
        if (state.Length == 0)
        {
            return state;
        }

        ulong[] next = new ulong[state.Length];
        for (int i = 0; i < _patterns.Length; i++)
        {
            if (_stateIndexes[i] >= 0)
            {
                next[_stateIndexes[i]] = _patterns[i].Descend(state[_stateIndexes[i]], name);
            }
        }

        return next;
    }

    /// <summary>True if the item of that name, in a folder with that state, is left out.</summary>
    public bool IsExcluded(ulong[] state, ReadOnlySpan<byte> name, bool isFolder)
    {
        for (int i = _patterns.Length - 1; i >= 0; i--)
        {
            GlobPattern pattern = _patterns[i];
            if (pattern.FoldersOnly && !isFolder)
            {
                continue;
            }

            bool matches = _stateIndexes[i] < 0 ? pattern.MatchesName(name) : pattern.Matches(state[_stateIndexes[i]], name);
            if (matches)
            {
                return !pattern.IsNegated;
            }
        }

        return false;
    }
}
