namespace HandyBackup.Repository;

/// <summary>A sorted list of the first eight bytes of evenly spread ids.</summary>
internal interface ISortedPrefixes
{
    /// <summary>How many there are.</summary>
    int Count { get; }

    /// <summary>The one at this position.</summary>
    ulong this[int position] { get; }
}
