namespace HandyBackup.Stores;

/// <summary>The one exception type of the store contract.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="message">One sentence that names the file and the reason.</param>
    /// <param name="innerException">The cause.</param>
    public StoreException(StoreError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>What went wrong.</summary>
    public StoreError Error { get; }
}
