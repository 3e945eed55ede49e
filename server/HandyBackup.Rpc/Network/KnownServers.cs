using System.Globalization;
using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Network;

/// <summary>
/// The servers that a user of this machine trusts: a text file with one line each, the address and the fingerprint of the server's authority. Several processes may use it at
/// once; each sees it whole, as it was before or after a change.
/// </summary>
/// <param name="path">The file, absolute. It and its folder are made when the first server is remembered, open to their owner alone.</param>
public sealed class KnownServers(string path)
{
    // Ten thousand servers; what is larger is another file.
    private const int MaximumLength = 1024 * 1024;

    private static readonly TimeSpan s_turnLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_turnInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Those of the user who runs this process: <c>~/.config/handybackup/known-servers</c>, or <c>%APPDATA%\HandyBackup\known-servers</c>.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.KnownServersUnusable"/> if the user has no folder for settings.</exception>
    public static KnownServers OfUser()
    {
        // The folder itself may be missing yet, which makes .NET return nothing unless it is told not to look.
        string settings = Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        var servers = new KnownServers(Path.Combine(settings, OperatingSystem.IsWindows() ? "HandyBackup" : "handybackup", "known-servers"));
        return settings.Length > 0 ? servers : throw servers.Unusable("has no place: this account has no folder for settings", null);
    }

    /// <summary>The fingerprint of the server at an address; null if it is not known.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.KnownServersUnusable"/>.</exception>
    public Sha256Hash? Find(ServerAddress address) => Read().TryGetValue(address.ToString(), out Sha256Hash fingerprint) ? fingerprint : null;

    /// <summary>Adds a server, or replaces what was known of its address. It is on disk when this returns.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.KnownServersUnusable"/>.</exception>
    public async Task RememberAsync(ServerAddress address, Sha256Hash fingerprint, CancellationToken cancellationToken)
    {
        try
        {
            CreateFolder();
            await using FileStream turn = await TakeTurnAsync(cancellationToken).ConfigureAwait(false);
            SortedDictionary<string, Sha256Hash> servers = Read();
            servers[address.ToString()] = fingerprint;
            Write(servers);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"cannot be written: {exception.Message}", exception);
        }
    }

    private static FileStreamOptions OwnersAlone(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private SortedDictionary<string, Sha256Hash> Read()
    {
        // Names of machines are the same in small and capital letters.
        var servers = new SortedDictionary<string, Sha256Hash>(StringComparer.OrdinalIgnoreCase);
        int number = 0;
        foreach (string line in ReadText().Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            number++;
            string[] parts = line.Trim().Split(' ');
            if (parts.Length != 2 || !Sha256Hash.TryParse(parts[1], out Sha256Hash fingerprint) || !servers.TryAdd(parts[0], fingerprint))
            {
                throw Unusable(string.Create(CultureInfo.InvariantCulture, $"is damaged: line {number} is not an address and a fingerprint, or names an address again"), null);
            }
        }

        return servers;
    }

    private string ReadText()
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > MaximumLength)
            {
                throw Unusable("is damaged: it is larger than a megabyte", null);
            }

            using var reader = new StreamReader(file, Encoding.UTF8);
            return reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"cannot be read: {exception.Message}", exception);
        }
    }

    private void CreateFolder()
    {
        string folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
        {
            // Below the user's profile, whose access list it inherits.
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // A file of its own: the list itself is replaced, and whoever waited for the old one would hold nothing.
    private async Task<FileStream> TakeTurnAsync(CancellationToken cancellationToken)
    {
        TimeProvider time = TimeProvider.System;
        long start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path + ".lock", OwnersAlone(FileMode.OpenOrCreate));
            }
            catch (IOException) when (time.GetElapsedTime(start) < s_turnLimit)
            {
                await Task.Delay(s_turnInterval, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private void Write(SortedDictionary<string, Sha256Hash> servers)
    {
        string text = string.Concat(servers.Select(server => $"{server.Key} {server.Value}\n"));
        string aside = path + ".new";
        using (var file = new FileStream(aside, OwnersAlone(FileMode.Create)))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(aside, path, overwrite: true);
    }

    private HandyBackupException Unusable(string reason, Exception? cause) => new(ErrorCode.KnownServersUnusable, $"The file of known servers '{path}' {reason.TrimEnd('.')}.", cause)
    {
        Target = path,
        Advice = "Correct or remove the file; servers that it does not name are asked about when you connect. With -Fingerprint a server is connected to whatever the file says.",
    };
}
