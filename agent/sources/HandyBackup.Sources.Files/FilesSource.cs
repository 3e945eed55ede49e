using HandyBackup.Sources.Files.Excludes;
using HandyBackup.Sources.Files.Linux;
using HandyBackup.Sources.Files.Linux.Restore;
using HandyBackup.Sources.Files.Sessions;
using HandyBackup.Sources.Files.Windows;

namespace HandyBackup.Sources.Files;

/// <summary>The files of this machine: read with all that the platform keeps of them, and put back the same way. Safe to share.</summary>
public sealed class FilesSource : IRestoringSource
{
    private readonly FilesOptions _options;
    private readonly GlobParser _parser = new(OperatingSystem.IsWindows());
    private readonly List<GlobPattern> _patterns = [];

    /// <summary>Creates the source.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.OptionInvalid"/>.</exception>
    public FilesSource(FilesOptions options)
    {
        _options = options;
        if (options.MaximumSize < 0)
        {
            throw new SourceException(SourceError.OptionInvalid, $"{options.MaximumSize} is no size.")
            {
                Option = nameof(FilesOptions.MaximumSize),
                Advice = "Give a number of bytes, or 0 for no limit.",
            };
        }

        foreach (string pattern in options.Exclude)
        {
            try
            {
                _patterns.Add(_parser.Parse(pattern));
            }
            catch (FormatException exception)
            {
                throw new SourceException(SourceError.OptionInvalid, $"'{pattern}' is no valid pattern. {exception.Message}", exception)
                {
                    Option = nameof(FilesOptions.Exclude),
                };
            }
        }
    }

    /// <inheritdoc/>
    public async Task TestAsync(CancellationToken cancellationToken)
    {
        _ = await ReadRulesAsync(cancellationToken);
        using IFileTree tree = OpenTree();
        _ = tree.ReadNames(folder: null, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ISourceSession> OpenAsync(SourceSessionRequest request, CancellationToken cancellationToken)
    {
        FilesRules rules = request.ApplyExcludes ? await ReadRulesAsync(cancellationToken) : FilesRules.ShowAll;
        IFileTree tree = OpenTree();
        try
        {
            return FilesSession.Open(tree, rules, request);
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IRestoreTarget> OpenTargetAsync(string? destination, IReadOnlyList<string> protectedFolders, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (destination is not null && !Path.IsPathFullyQualified(destination))
        {
            // Whoever named it may sit elsewhere: relative to what would be anybody's guess.
            throw new SourceException(SourceError.DestinationNotFolder, $"'{destination}' is no absolute path on this machine.")
            {
                Advice = "Name the whole path, such as /srv/restored or C:\\Restored.",
            };
        }

        return Task.FromResult<IRestoreTarget>(
            OperatingSystem.IsLinux() ? LinuxRestoreTarget.Open(destination, protectedFolders)
            : OperatingSystem.IsWindows() ? WindowsRestoreTarget.Open(destination, protectedFolders)
            : throw OtherPlatform());
    }

    private static IFileTree OpenTree() =>
        OperatingSystem.IsLinux() ? LinuxFileTree.Open()
        : OperatingSystem.IsWindows() ? new WindowsFileTree()
        : throw OtherPlatform();

    private static SourceException OtherPlatform() => new(SourceError.Unavailable, "Files can be backed up on Linux and Windows only.");

    private async Task<FilesRules> ReadRulesAsync(CancellationToken cancellationToken)
    {
        List<GlobPattern> patterns = [.. _patterns];
        foreach (string path in _options.ExcludeFile)
        {
            patterns.AddRange(await Excludes.ExcludeFile.ReadAsync(path, _parser, cancellationToken));
        }

        return new FilesRules
        {
            Excludes = new ExcludeRules(patterns),
            ExcludeCaches = _options.ExcludeCaches,
            OneFileSystem = _options.OneFileSystem,
            MaximumSize = _options.MaximumSize > 0 ? _options.MaximumSize : null,
        };
    }
}
