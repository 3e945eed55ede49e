using System.Text;

namespace HandyBackup.Sources.Files.Excludes;

/// <summary>
/// A text file of patterns, one a line, UTF-8. Empty lines and lines that start with <c>#</c> say nothing; blanks at both ends of a line
/// do not count; <c>\#</c> and <c>\!</c> start a pattern for a name with such a first character.
/// </summary>
internal static class ExcludeFile
{
    /// <summary>Reads the patterns.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.OptionInvalid"/>: the file cannot be read, or a line is no pattern.</exception>
    public static async Task<IReadOnlyList<GlobPattern>> ReadAsync(string path, GlobParser parser, CancellationToken cancellationToken)
    {
        List<GlobPattern> patterns = [];
        int number = 0;
        try
        {
            await foreach (string line in File.ReadLinesAsync(path, Encoding.UTF8, cancellationToken))
            {
                number++;
                string pattern = line.Trim();
                if (pattern.Length > 0 && pattern[0] != '#')
                {
                    patterns.Add(parser.Parse(pattern));
                }
            }
        }
        catch (FormatException exception)
        {
            throw Invalid($"Line {number} of '{path}' is no valid pattern. {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Invalid($"The exclude file '{path}' cannot be read. {exception.Message}", exception);
        }

        return patterns;
    }

    private static SourceException Invalid(string message, Exception cause) => new(SourceError.OptionInvalid, message, cause)
    {
        Option = nameof(FilesOptions.ExcludeFile),
        Advice = "Write one pattern a line into a file that the agent can read.",
    };
}
