using System.Text;
using HandyBackup.Sources.Files.Sessions;

namespace HandyBackup.Sources.Files.Windows;

/// <summary>Tree paths and Windows paths: the top of the tree shows drives as <c>C</c>, <c>D</c>, as restic does.</summary>
internal static class WindowsPath
{
    private const string LongPrefix = @"\\?\";

    /// <summary>The tree path of a path that a user wrote.</summary>
    /// <exception cref="SourceException">The path does not start with a drive.</exception>
    public static byte[] Parse(string path)
    {
        string full;
        try
        {
            full = Path.GetFullPath(path);
        }
        catch (ArgumentException exception)
        {
            throw new SourceException(SourceError.NotFound, $"'{path}' is no path.", exception);
        }

        full = full.StartsWith(LongPrefix, StringComparison.Ordinal) ? full[LongPrefix.Length..] : full;
        if (full.Length < 2 || full[1] != ':' || !char.IsAsciiLetter(full[0]))
        {
            throw new SourceException(SourceError.NotFound, $"'{path}' does not start with a drive.")
            {
                Advice = @"Give a path such as C:\Users; network paths cannot be taken.",
            };
        }

        string[] names = full[2..].Split('\\', StringSplitOptions.RemoveEmptyEntries);
        return Wtf8.Encode(string.Join('/', [full[..1].ToUpperInvariant(), .. names]));
    }

    /// <summary>The path as users write it.</summary>
    public static string Format(ReadOnlySpan<byte> treePath)
    {
        string[] names = Wtf8.Decode(treePath).Split('/');
        return $@"{names[0]}:\{string.Join('\\', names[1..])}";
    }

    /// <summary>The path that the system takes whatever its length.</summary>
    public static string ToSystem(SourceItem item)
    {
        var names = new Stack<string>();
        SourceItem top = item;
        for (SourceItem? at = item; at is not null; at = at.Parent)
        {
            names.Push(Wtf8.Decode(at.Name.Span));
            top = at;
        }

        names.Pop();
        return $@"{ToSystemDrive(top.Name.Span)}{string.Join('\\', names)}";
    }

    /// <summary>The root folder of a drive.</summary>
    public static string ToSystemDrive(ReadOnlySpan<byte> name) =>
        name.Length == 1 && char.IsAsciiLetter((char)name[0])
            ? $@"{LongPrefix}{(char)name[0]}:\"
            : throw new SourceException(SourceError.NotFound, $"'{EscapedText.ToText(name)}' is no drive.");

    /// <summary>The path of a name in a folder; null for the top.</summary>
    public static string ToSystem(FileItem? folder, ReadOnlySpan<byte> name) =>
        folder is null ? ToSystemDrive(name) : Join(ToSystem(folder), Wtf8.Decode(name));

    /// <summary>Puts a name behind a folder's path.</summary>
    public static string Join(string folder, string name)
    {
        var path = new StringBuilder(folder, folder.Length + name.Length + 1);
        return (folder.EndsWith('\\') ? path : path.Append('\\')).Append(name).ToString();
    }
}
