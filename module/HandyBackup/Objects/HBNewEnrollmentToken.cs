using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>A token that was just made, with its text. Nobody can ask for the text again.</summary>
public sealed class HBNewEnrollmentToken : HBEnrollmentToken
{
    internal HBNewEnrollmentToken(NewEnrollmentToken token, HBSession session)
        : base(token.Info, session) => Token = token.Token.Value;

    /// <summary>The text to hand on to the machine. A secret: whoever has it can make a machine an agent.</summary>
    public string Token { get; }
}
