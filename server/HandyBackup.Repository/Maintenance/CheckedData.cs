namespace HandyBackup.Repository;

/// <summary>Which data a check reads besides the structure, which it always examines.</summary>
public enum CheckedData
{
    /// <summary>None.</summary>
    None,

    /// <summary>The share that is due, so that all data is read back within a time.</summary>
    Due,

    /// <summary>All.</summary>
    All,
}
