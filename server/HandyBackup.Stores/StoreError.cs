namespace HandyBackup.Stores;

/// <summary>What went wrong at a store. The store only classifies; wrappers decide what to do.</summary>
public enum StoreError
{
    /// <summary>There is no such file.</summary>
    NotFound,

    /// <summary>A file of this name exists and files are never overwritten.</summary>
    AlreadyExists,

    /// <summary>No space is left, or a quota is used up.</summary>
    Full,

    /// <summary>Access is refused.</summary>
    AccessDenied,

    /// <summary>The asked range lies beyond the end of the file: it is shorter than it should be.</summary>
    TooShort,

    /// <summary>Anything that may pass: input/output error, time-out, lost connection.</summary>
    Unavailable,
}
