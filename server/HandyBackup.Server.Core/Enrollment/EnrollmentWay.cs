namespace HandyBackup.Server.Core;

/// <summary>What a machine becomes that shows a good token.</summary>
internal enum EnrollmentWay
{
    /// <summary>A new agent, or one that it became before with another token and never was.</summary>
    New,

    /// <summary>The agent that it became already with this token: its answer was lost.</summary>
    Again,

    /// <summary>The agent that the token names, in the place of the machine that was it before.</summary>
    Place,
}
