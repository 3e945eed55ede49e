using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Passwords;

/// <summary>Reads passwords from files.</summary>
internal static class PasswordFile
{
    // Nobody has a longer password, and a device or a wrong file must not be read for ever.
    private const int MaximumLength = 64 * 1024;

    /// <summary>The first line of a file, without its end.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> or <see cref="ErrorCode.AccessDenied"/>, naming the file.</exception>
    public static Secret Read(string path)
    {
        string line;
        try
        {
            using var reader = new StreamReader(path, Encoding.UTF8);
            line = ReadLine(reader, path);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new HandyBackupException(ErrorCode.AccessDenied, $"The password file '{path}' cannot be read: access is denied.", exception)
            {
                Target = path,
                Advice = "Name a file that your account can read.",
            };
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            throw Invalid(path, $"The password file '{path}' cannot be read: {exception.Message}", exception);
        }

        return line.Length == 0 ? throw Invalid(path, $"The first line of the password file '{path}' is empty.") : new Secret { Value = line };
    }

    private static string ReadLine(StreamReader reader, string path)
    {
        var line = new StringBuilder();
        for (int c = reader.Read(); c is not (-1 or '\r' or '\n'); c = reader.Read())
        {
            if (line.Length == MaximumLength)
            {
                throw Invalid(path, $"The first line of the password file '{path}' is longer than {MaximumLength} characters.");
            }

            line.Append((char)c);
        }

        return line.ToString();
    }

    private static HandyBackupException Invalid(string path, string message, Exception? innerException = null) =>
        new(ErrorCode.InvalidArgument, message, innerException)
        {
            Target = path,
            Advice = "Name a text file whose first line is the password.",
        };
}
