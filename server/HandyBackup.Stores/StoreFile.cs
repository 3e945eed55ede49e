namespace HandyBackup.Stores;

/// <summary>Names one file of a repository.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name without folder: 64 hexadecimal digits; empty for the config, and with a letter before it for parity.</param>
public readonly record struct StoreFile(StoreFileKind Kind, string Name)
{
    /// <summary>The config file.</summary>
    public static StoreFile Config { get; } = new(StoreFileKind.Config, "");

    /// <inheritdoc/>
    public override string ToString() => Kind == StoreFileKind.Config ? "config" : $"{Kind.ToString().ToLowerInvariant()} {Name}";
}
