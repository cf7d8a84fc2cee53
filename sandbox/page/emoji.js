// A few emoji by Slack's names.

export const EMOJI = { raised_hands: "🙌", "+1": "👍", heart: "❤️", tada: "🎉", eyes: "👀", white_check_mark: "✅", joy: "😂", pray: "🙏", clap: "👏", fire: "🔥", rocket: "🚀", smile: "😄" };

export const emoji = (name) => EMOJI[name];
