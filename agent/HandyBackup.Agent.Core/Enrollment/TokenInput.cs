using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Enrollment;

/// <summary>
/// Where an enrolment token comes from. A command line can be read by every user of the machine and is kept in histories and logs, a file or a variable of the
/// process cannot; so the last two are the better ways.
/// </summary>
public static class TokenInput
{
    /// <summary>The environment variable that may hold the token.</summary>
    public const string Variable = "HANDYBACKUP_TOKEN";

    private const int MaximumLength = 4096;

    /// <summary>Finds the token: given as it is, else in a file, else in the environment.</summary>
    /// <param name="token">The token itself; null for none.</param>
    /// <param name="file">A file that holds it, <c>-</c> for standard input; null for none.</param>
    /// <param name="standardInput">What <c>-</c> reads.</param>
    /// <returns>Null if there is none.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> if the file cannot be read.</exception>
    public static Secret? Find(string? token, string? file, TextReader standardInput)
    {
        string? text = token ?? (file is null ? Environment.GetEnvironmentVariable(Variable) : Read(file, standardInput));
        return string.IsNullOrWhiteSpace(text) ? null : new Secret { Value = text };
    }

    private static string Read(string file, TextReader standardInput)
    {
        try
        {
            if (file == "-")
            {
                return ReadSome(standardInput);
            }

            using var reader = new StreamReader(file);
            return ReadSome(reader);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The token file '{file}' cannot be read: {exception.Message}", exception)
            {
                Target = file,
                Advice = "Give a file that holds the token alone.",
            };
        }
    }

    private static string ReadSome(TextReader reader)
    {
        char[] text = new char[MaximumLength];

        // Windows PowerShell begins what it writes to a program with a byte order mark where the console has code page 65001.
        return new string(text, 0, reader.ReadBlock(text, 0, text.Length)).TrimStart('\uFEFF').Trim();
    }
}
