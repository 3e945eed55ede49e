using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Names sidecars: the letter of a kind, and the name of the file that they belong to.</summary>
internal static class ParityName
{
    // The config is the only one of its kind and has no name of its own.
    private static readonly string s_configName = new('0', 2 * Sha256Hash.Size);

    /// <summary>The kinds of file that can have a sidecar.</summary>
    public static IReadOnlyList<StoreFileKind> Kinds { get; } =
        [StoreFileKind.Config, StoreFileKind.Key, StoreFileKind.Snapshot, StoreFileKind.Index, StoreFileKind.Pack];

    /// <summary>True for files that can have a sidecar.</summary>
    public static bool IsCovered(StoreFileKind kind) => kind is StoreFileKind.Config or StoreFileKind.Key or StoreFileKind.Snapshot or StoreFileKind.Index or StoreFileKind.Pack;

    /// <summary>True for kinds whose sidecars hold a copy, because nothing can be read without the file, or nothing else knows what it says.</summary>
    public static bool IsCopied(StoreFileKind kind) => kind is StoreFileKind.Config or StoreFileKind.Key or StoreFileKind.Snapshot;

    /// <summary>The sidecar of a file.</summary>
    public static StoreFile Of(StoreFile file) =>
        new(StoreFileKind.Parity, $"{LetterOf(file.Kind)}-{(file.Kind == StoreFileKind.Config ? s_configName : file.Name)}");

    /// <summary>The file that a sidecar belongs to.</summary>
    /// <returns>False if no sidecar has this name.</returns>
    public static bool TryParse(string name, out StoreFile file)
    {
        file = default;
        if (name.Length != s_configName.Length + 2 || name[1] != '-' || !Sha256Hash.TryParse(name[2..], out _))
        {
            return false;
        }

        foreach (StoreFileKind kind in Kinds)
        {
            if (LetterOf(kind) == name[0])
            {
                file = kind == StoreFileKind.Config ? StoreFile.Config : new StoreFile(kind, name[2..]);
                return Of(file).Name == name;
            }
        }

        return false;
    }

    private static char LetterOf(StoreFileKind kind) => kind switch
    {
        StoreFileKind.Config => 'c',
        StoreFileKind.Key => 'k',
        StoreFileKind.Snapshot => 's',
        StoreFileKind.Index => 'i',
        StoreFileKind.Pack => 'p',
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Files of this kind have no sidecar."),
    };
}
