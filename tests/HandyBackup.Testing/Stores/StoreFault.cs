using HandyBackup.Stores;

namespace HandyBackup.Testing;

/// <summary>One scripted fault: which calls it strikes, and what it does to them.</summary>
/// <param name="Operation">The operation that it strikes.</param>
public sealed record StoreFault(StoreOperation Operation)
{
    /// <summary>The kind of file that it strikes; null for all.</summary>
    public StoreFileKind? Kind { get; init; }

    /// <summary>How many matching calls pass before it strikes.</summary>
    public int Skip { get; init; }

    /// <summary>Of the calls after those: 1 if it strikes each, 2 if every second one, from the first on.</summary>
    public int Every { get; init; } = 1;

    /// <summary>How many calls it strikes.</summary>
    public int Times { get; init; } = int.MaxValue;

    /// <summary>The error that the call ends with; null if it seems to succeed.</summary>
    public StoreError? Error { get; init; }

    /// <summary>
    /// For saving: at most how many bytes reach the store. Null is none if the call fails and all if it does not. All with an error
    /// (<see cref="int.MaxValue"/>) is a lost answer, few without one is a store that lies.
    /// </summary>
    public int? SavedBytes { get; init; }

    /// <summary>For listing: at most how many entries show. Null is none if the call fails and all if it does not.</summary>
    public int? ListedFiles { get; init; }

    /// <summary>How long the call takes longer, before anything else happens.</summary>
    public TimeSpan Delay { get; init; }
}
