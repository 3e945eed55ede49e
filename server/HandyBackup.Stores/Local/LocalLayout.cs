using System.Buffers;

namespace HandyBackup.Stores;

/// <summary>Where each file of a repository lies below its folder: restic's default layout (doc/design.rst, "Repository Layout").</summary>
internal sealed class LocalLayout
{
    /// <summary>
    /// How names of unfinished files begin. restic takes only names of 64 hexadecimal digits for its own, but compares beginnings of all
    /// names when it looks an id up, and cuts them to as many as 31 characters to find a unique length (internal/restic/backend_find.go): so the name must
    /// not begin with a digit and must not be short.
    /// </summary>
    public const string UnfinishedPrefix = ".unfinished-";

    /// <summary>The folder for everything that restic does not know of. It looks into its own folders only (internal/backend/layout/layout_default.go).</summary>
    public const string OwnFolder = "handybackup";

    private const int NameLength = 64;
    private static readonly SearchValues<char> s_digits = SearchValues.Create("0123456789abcdef");

    public LocalLayout(string root) => Root = root;

    public string Root { get; }

    /// <summary>The folders that restic knows, those that hold folders themselves first.</summary>
    public static IReadOnlyList<StoreFileKind> FolderKinds { get; } =
        [StoreFileKind.Pack, StoreFileKind.Index, StoreFileKind.Snapshot, StoreFileKind.Lock, StoreFileKind.Key];

    /// <summary>The kinds that lie below <see cref="OwnFolder"/>; their folders are made when they are needed, so that repositories of restic get them too.</summary>
    public static IReadOnlyList<StoreFileKind> OwnKinds { get; } = [StoreFileKind.RemovedSnapshot, StoreFileKind.CondemnedPacks, StoreFileKind.Parity];

    public static bool IsFileName(ReadOnlySpan<char> name) => name.Length == NameLength && !name.ContainsAnyExcept(s_digits);

    /// <summary>True for names of sidecars: a letter, a hyphen, and the digits of another file's name.</summary>
    public static bool IsParityName(ReadOnlySpan<char> name) =>
        name.Length == NameLength + 2 && name[0] is 'c' or 'i' or 'k' or 'p' or 's' && name[1] == '-' && IsFileName(name[2..]);

    /// <summary>True for names that files of a kind have, the config aside.</summary>
    public static bool IsNameOf(StoreFileKind kind, ReadOnlySpan<char> name) => kind == StoreFileKind.Parity ? IsParityName(name) : IsFileName(name);

    public static bool IsPackFolderName(ReadOnlySpan<char> name) => name.Length == 2 && !name.ContainsAnyExcept(s_digits);

    public static bool IsUnfinishedName(ReadOnlySpan<char> name) => name.StartsWith(UnfinishedPrefix, StringComparison.Ordinal);

    public static string NewUnfinishedName() => $"{UnfinishedPrefix}{Guid.NewGuid():n}";

    /// <summary>The folder that holds all files of a kind, for packs in folders of two digits.</summary>
    public string FolderOf(StoreFileKind kind) => kind switch
    {
        StoreFileKind.Config => Root,
        StoreFileKind.Key => Path.Join(Root, "keys"),
        StoreFileKind.Lock => Path.Join(Root, "locks"),
        StoreFileKind.Snapshot => Path.Join(Root, "snapshots"),
        StoreFileKind.Index => Path.Join(Root, "index"),
        StoreFileKind.Pack => Path.Join(Root, "data"),
        StoreFileKind.RemovedSnapshot => Path.Join(Root, OwnFolder, "removed"),
        StoreFileKind.CondemnedPacks => Path.Join(Root, OwnFolder, "condemned"),
        StoreFileKind.Parity => Path.Join(Root, OwnFolder, "parity"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "There is no such kind of file."),
    };

    /// <summary>The folder of one pack's name.</summary>
    public string PackFolder(int firstByte) => SubfolderOf(StoreFileKind.Pack, firstByte);

    /// <summary>One of the folders of two digits that packs, or the sidecars of packs, lie in.</summary>
    public string SubfolderOf(StoreFileKind kind, int firstByte) => Path.Join(FolderOf(kind), firstByte.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));

    /// <exception cref="ArgumentException">The name is not one of a repository's file, and might lead out of the folder.</exception>
    public string PathOf(StoreFile file)
    {
        if (file.Kind == StoreFileKind.Config)
        {
            return Path.Join(Root, "config");
        }

        if (!IsNameOf(file.Kind, file.Name))
        {
            throw new ArgumentException($"'{file.Name}' does not name a file of a repository: 64 lower-case hexadecimal digits are expected.", nameof(file));
        }

        string folder = FolderOf(file.Kind);
        return file.Kind switch
        {
            StoreFileKind.Pack => Path.Join(folder, file.Name.AsSpan(0, 2), file.Name),
            StoreFileKind.Parity when file.Name[0] == 'p' => Path.Join(folder, file.Name.AsSpan(2, 2), file.Name),
            _ => Path.Join(folder, file.Name),
        };
    }
}
